package com.jadariselabs.video.catalog;

import java.math.BigDecimal;
import java.util.List;

/**
 * A model that the service offers, under a name of ours.
 *
 * @param creditsPerSecond price of a second in {@link Quality#STANDARD}, more than 0
 * @param maxDuration the longest video that may be asked for, in seconds
 * @param avgSecondsPerSecond how many seconds it takes on average to render one
 * @param takesImage whether a start image can be given
 * @param providerModel the provider's {@code owner/name} that renders it
 * @param promptLimit characters (code points) that the provider reads of a prompt
 * @param camera phrases on camera work that suit the model, separated by commas; may be empty
 * @param light phrases on light, likewise
 */
public record Model(
    String id,
    String name,
    BigDecimal creditsPerSecond,
    int maxDuration,
    int avgSecondsPerSecond,
    List<String> aspectRatios,
    boolean takesImage,
    String providerModel,
    int promptLimit,
    String camera,
    String light) {}
