package com.jadariselabs.video.storage;

import java.nio.file.Path;

/**
 * A file to be served.
 *
 * @param path where it is
 * @param length bytes
 * @param contentType its media type
 * @param etag a strong entity tag (RFC 9110, §8.8.3) with its quotation marks
 */
public record StoredFile(Path path, long length, String contentType, String etag) {}
