package com.jadariselabs.video.catalog;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a provider's model wants to be told how long a video is to be. */
sealed interface DurationRule {

  /**
   * @param value what to send; null where the model is not told
   * @param seconds what comes back, to the nearest whole second
   */
  record Fit(@Nullable Integer value, int seconds) {}

  /** The offer nearest to what is asked, the next longer one where there is one. */
  Fit fit(int asked);

  /** The longest video on offer, in whole seconds. */
  int longest();

  /** What is on offer, in words that follow "renders". */
  String offer();

  /** Some durations only, in ascending order. */
  record Choice(List<Integer> choices) implements DurationRule {
    @Override
    public Fit fit(int asked) {
      int seconds =
          choices.stream().filter(choice -> choice >= asked).findFirst().orElseGet(this::longest);
      return new Fit(seconds, seconds);
    }

    @Override
    public int longest() {
      return choices.get(choices.size() - 1);
    }

    @Override
    public String offer() {
      return choices.stream().map(String::valueOf).collect(Collectors.joining(" or ")) + " seconds";
    }
  }

  /** Any whole second from {@code min} to {@code max}. */
  record Range(int min, int max) implements DurationRule {
    @Override
    public Fit fit(int asked) {
      int seconds = Math.min(max, Math.max(min, asked));
      return new Fit(seconds, seconds);
    }

    @Override
    public int longest() {
      return max;
    }

    @Override
    public String offer() {
      return min + " to " + max + " seconds";
    }
  }

  /** A number of frames from {@code min} to {@code max} in steps, shown {@code fps} a second. */
  record Frames(int fps, int min, int max, int step) implements DurationRule {
    @Override
    public Fit fit(int asked) {
      int wanted = Math.max(min, asked * fps);
      int steps = (wanted - min + step - 1) / step;
      int frames = Math.min(max, min + steps * step);
      return new Fit(frames, seconds(frames));
    }

    @Override
    public int longest() {
      return seconds(max);
    }

    @Override
    public String offer() {
      return seconds(min) + " to " + seconds(max) + " seconds";
    }

    private int seconds(int frames) {
      return Math.max(1, Math.round((float) frames / fps));
    }
  }

  /** One duration, which the model is not told. */
  record Fixed(int seconds) implements DurationRule {
    @Override
    public Fit fit(int asked) {
      return new Fit(null, seconds);
    }

    @Override
    public int longest() {
      return seconds;
    }

    @Override
    public String offer() {
      return seconds + " seconds";
    }
  }
}
