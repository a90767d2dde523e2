/**
 * Where videos and posters are kept, and the signed URLs that lead to them.
 *
 * <pre>
 * DATA_DIR/media-secret                             signs the URLs, unless MEDIA_SECRET does
 * DATA_DIR/media/.incoming/&lt;random&gt;                 being written
 * DATA_DIR/media/&lt;2 hex digits&gt;/gen_…/&lt;fence&gt;/video.mp4 | video.webm | poster.jpg
 * key                           gen_…/&lt;fence&gt;/video.mp4              on the local disk
 *                            s3:gen_…/&lt;fence&gt;/video.mp4
 *                      supabase:gen_…/&lt;fence&gt;/video.mp4              in a bucket there
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.storage;

import org.jspecify.annotations.NullMarked;
