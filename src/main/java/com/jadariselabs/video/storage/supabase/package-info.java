/**
 * Media in a bucket of Supabase Storage.
 *
 * <pre>
 * POST /object/{bucket}/{path}            up to 6 MB, in one piece
 * POST /upload/resumable, PATCH, HEAD     above (tus 1.0.0), in pieces of 6 MB
 * POST /object/sign/{bucket}[/{path}]     signed URLs, of one file or of many
 * GET  /object/public/{bucket}/{path}     of a public bucket
 * DELETE /object/{bucket}, POST /object/list/{bucket}
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.storage.supabase;

import org.jspecify.annotations.NullMarked;
