/**
 * The hook ready for use, where `react` can be imported by its name (a bundler, or an import map).
 */

import * as React from 'react';
import { createUseVideoGeneration } from './react.js';

export const useVideoGeneration = createUseVideoGeneration(React);
