package com.jadariselabs.video.prompts;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In which language words are added. */
class LanguageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Un renard roux dans la neige, au lever du soleil",
        "La mer en hiver",
        "un chat de gouttière",
        "L'homme qui marche sous la pluie à Los Angeles",
        "Coucher de soleil sur la plage"
      })
  void french_is_known_by_its_small_words(String prompt) {
    assertThat(Language.of(prompt)).isEqualTo(Language.FRENCH);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "A fox in the snow",
        "fox",
        "El zorro en la nieve",
        "Un perro y un gato en la playa de la ciudad",
        "La barca del pescador en el mar",
        "Una volpe con la coda di fuoco",
        "O lobo em uma floresta de pinheiros",
        "Ein Fuchs im Schnee",
        "狐狸在雪中",
        "A café in the style of la belle époque"
      })
  void what_is_another_language_gets_no_french_words(String prompt) {
    assertThat(Language.of(prompt)).isEqualTo(Language.ENGLISH);
  }
}
