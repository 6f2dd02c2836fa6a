package io.bitloupe.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModelOutputsTest {

  @Test
  void eachOutputHasAFileOfItsOwn() {
    assertThat(ModelOutputs.fileNames(List.of("logits", "a/b", "a_b", "A_B", "labels", "a_b_2")))
        .containsExactly("logits.npy", "a_b.npy", "a_b_2.npy", "A_B_3.npy", "labels_2.npy", "a_b_2_2.npy");
  }
}
