package com.jadariselabs.video.moderation;

import java.util.Arrays;
import java.util.List;

/**
 * All patterns looked for in one pass (Aho and Corasick, 1975), over the letters a to z, the digits
 * and the space; any other character ends whatever was begun. Immutable.
 */
final class Automaton {
  private static final int LETTERS = 37;
  private static final int SPACE = 36;
  private static final int NONE = -1;

  private int[] next = new int[LETTERS * 1024];
  private int states = 1;

  /** The pattern that ends in each state, and the next state on whose way a shorter one ends. */
  private int[] ending;

  private int[] shorter;
  private final int[] lengths;

  /** Told of each occurrence. */
  interface Found {

    /**
     * An occurrence.
     *
     * @param pattern its place in the list
     * @param start of the text
     * @param end just after it
     */
    void at(int pattern, int start, int end);
  }

  /** Looks for these, no two of which are equal. */
  Automaton(List<String> patterns) {
    lengths = patterns.stream().mapToInt(String::length).toArray();
    ending = new int[1024];
    Arrays.fill(next, 0, LETTERS, NONE);
    Arrays.fill(ending, NONE);
    for (int i = 0; i < patterns.size(); i++) {
      insert(patterns.get(i), i);
    }
    next = Arrays.copyOf(next, states * LETTERS);
    ending = Arrays.copyOf(ending, states);
    shorter = new int[states];
    link();
  }

  void search(String text, Found found) {
    int state = 0;
    for (int i = 0; i < text.length(); i++) {
      int letter = letter(text.charAt(i));
      state = letter == NONE ? 0 : next[state * LETTERS + letter];
      for (int at = ending[state] == NONE ? shorter[state] : state; at != 0; at = shorter[at]) {
        int pattern = ending[at];
        found.at(pattern, i + 1 - lengths[pattern], i + 1);
      }
    }
  }

  private void insert(String pattern, int index) {
    int state = 0;
    for (int i = 0; i < pattern.length(); i++) {
      int letter = letter(pattern.charAt(i));
      if (letter == NONE) {
        throw new IllegalArgumentException("Not a plain word: " + pattern);
      }
      int slot = state * LETTERS + letter;
      if (next[slot] == NONE) {
        // In two steps: adding may put another array in the place of this one.
        int added = add();
        next[slot] = added;
      }
      state = next[slot];
    }
    ending[state] = index;
  }

  private int add() {
    if (states == ending.length) {
      int before = ending.length;
      next = Arrays.copyOf(next, next.length * 2);
      ending = Arrays.copyOf(ending, before * 2);
      Arrays.fill(ending, before, before * 2, NONE);
    }
    Arrays.fill(next, states * LETTERS, (states + 1) * LETTERS, NONE);
    return states++;
  }

  /** Turns the tree into a machine that never steps back: breadth first, failure links resolved. */
  private void link() {
    int[] fallback = new int[states];
    // Each state comes once: after its parent, and so after all that are less deep.
    int[] order = new int[states];
    int known = 1;
    for (int at = 0; at < known; at++) {
      int state = order[at];
      for (int letter = 0; letter < LETTERS; letter++) {
        int slot = state * LETTERS + letter;
        int otherwise = state == 0 ? 0 : next[fallback[state] * LETTERS + letter];
        if (next[slot] == NONE) {
          next[slot] = otherwise;
        } else {
          int child = next[slot];
          fallback[child] = otherwise;
          shorter[child] = ending[otherwise] == NONE ? shorter[otherwise] : otherwise;
          order[known++] = child;
        }
      }
    }
  }

  private static int letter(char c) {
    if (c >= 'a' && c <= 'z') {
      return c - 'a';
    }
    if (c >= '0' && c <= '9') {
      return 26 + c - '0';
    }
    return c == ' ' ? SPACE : NONE;
  }
}
