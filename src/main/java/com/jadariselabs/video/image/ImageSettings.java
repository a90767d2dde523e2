package com.jadariselabs.video.image;

import java.time.Duration;

/**
 * What is taken as a start image.
 *
 * @param maxBytes a larger file is refused
 * @param maxPixels width × height; a larger picture is refused
 * @param connectTimeout for the connection alone
 * @param timeout for a whole fetch
 * @param allowPrivate whether http and private addresses may be fetched from
 * @param near whether the provider reaches whatever address this service gives out
 */
public record ImageSettings(
    long maxBytes,
    long maxPixels,
    Duration connectTimeout,
    Duration timeout,
    boolean allowPrivate,
    boolean near) {}
