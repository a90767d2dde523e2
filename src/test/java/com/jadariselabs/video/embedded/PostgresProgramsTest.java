package com.jadariselabs.video.embedded;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresProgramsTest {
  @ParameterizedTest
  @ValueSource(strings = {"s390x", "riscv64", "a machine that nobody has heard of"})
  void a_platform_without_an_archive_is_told_in_one_sentence(String architecture) {
    assertThatThrownBy(() -> PostgresPrograms.archive("Linux", architecture))
        .isInstanceOf(LocalServerException.class)
        .hasMessage(
            "DATABASE_URL: is empty, and this build has no embedded PostgreSQL for linux on "
                + architecture
                + "; set it to the JDBC URL of a PostgreSQL");
  }
}
