package com.jadariselabs.video.api;

import com.jadariselabs.video.generation.GenerationView;

/** {@code GET /api/generate/video?generation_id=…}. */
record GenerationAnswer(boolean success, GenerationView generation) {}
