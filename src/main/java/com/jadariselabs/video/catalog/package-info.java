/**
 * Models, prices, styles, estimates, and the mapping of a request to a model's input.
 *
 * <p>A model of ours is an entry of configuration, and what it maps to at the provider is another:
 *
 * <pre>
 * our field                      entry                                    the provider's input
 * prompt, seed, image_url, …     input: {image_url: start_image}          renamed; not listed: ignored, and said so
 * duration                       duration: {choices: [5, 10]}             moved up to the next one
 *                                duration: {range: [2, 15]}               whole seconds within
 *                                duration: {frames: {fps, min, max}}      seconds times frames per second
 *                                duration: {fixed: 5}                     nothing is sent
 * aspect_ratio                   values: {aspect_ratio: {"16:9": wide}}   translated
 * quality                        quality: {high: {resolution: 1080p}}     a fragment of the input
 * –                              constants: {prompt_extend: false}        always sent
 * </pre>
 */
@NullMarked
package com.jadariselabs.video.catalog;

import org.jspecify.annotations.NullMarked;
