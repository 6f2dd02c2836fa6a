package io.bitloupe.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bitloupe.config.QuantConfig;
import io.bitloupe.config.TensorChoice;
import io.bitloupe.cost.Cost;
import io.bitloupe.engine.Evaluation;
import io.bitloupe.engine.Latency;
import io.bitloupe.engine.LayerResult;
import io.bitloupe.exec.DeploymentLoad;
import io.bitloupe.exec.RuntimeKind;
import io.bitloupe.exec.Timings;
import io.bitloupe.metric.Interval;
import io.bitloupe.metric.Quality;
import io.bitloupe.model.InvalidInputException;
import io.bitloupe.quant.Granularity;
import io.bitloupe.quant.IntegerFormat;
import io.bitloupe.quant.RangeMethod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionStoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00.123456Z");

  @TempDir private Path folder;

  @Test
  void whatIsKeptReadsBackEqual() {
    Session session = session(NOON);
    SessionStore store = new SessionStore(folder.resolve("new"), "1");
    store.keep(session);
    List<SessionStore.Kept> kept = new SessionStore(folder.resolve("new"), "2").others();
    assertThat(kept).extracting(SessionStore.Kept::session).containsExactly(session);
  }

  @Test
  void aWindowSeesTheSessionsOfOthersLatestFirst() {
    SessionStore own = new SessionStore(folder, "own");
    own.keep(session(NOON));
    new SessionStore(folder, "old").keep(session(NOON.minusSeconds(60)).closed());
    new SessionStore(folder, "new").keep(session(NOON.plusSeconds(60)));
    assertThat(own.others()).extracting(it -> it.session().saved()).containsExactly(NOON.plusSeconds(60), NOON.minusSeconds(60));
    assertThat(own.others()).extracting(it -> it.session().ending()).containsExactly(Session.Ending.OPEN, Session.Ending.CLOSED);
  }

  @Test
  void aWindowThatIsStillOpenIsNoCrash() {
    SessionStore.ofThisProcess(folder).keep(session(NOON));
    ProcessHandle self = ProcessHandle.current();
    long began = self.info().startInstant().orElseThrow().toEpochMilli();
    new SessionStore(folder, (began - 60_000) + "-" + self.pid()).keep(session(NOON.minusSeconds(1)));
    new SessionStore(folder, began + "-99999999999").keep(session(NOON.minusSeconds(2)));
    assertThat(new SessionStore(folder, "next").others())
        .as("a number that another process has now, and one that none has")
        .extracting(it -> it.session().saved())
        .containsExactly(NOON.minusSeconds(1), NOON.minusSeconds(2));
  }

  @Test
  void whatIsLateDoesNotOpenAClosedSessionAgain() {
    SessionStore store = new SessionStore(folder, "1");
    store.keep(session(NOON).closed());
    store.keep(session(NOON.minusSeconds(1)));
    assertThat(new SessionStore(folder, "2").others()).extracting(SessionStore.Kept::session).containsExactly(session(NOON).closed());
  }

  @Test
  void halfAFileIsLeftOutAndRefusedInOneSentence() throws IOException {
    new SessionStore(folder, "whole").keep(session(NOON));
    String text = Files.readString(folder.resolve("whole.session.json"));
    int cuts = 0;
    for (int length = 0; length < text.length(); length += 97) {
      Path file = folder.resolve("half.session.json");
      Files.writeString(file, text.substring(0, length));
      assertThatThrownBy(() -> SessionStore.read(file)).isInstanceOf(InvalidInputException.class).hasMessageContaining("half.session.json");
      cuts++;
    }
    assertThat(cuts).isPositive();
    assertThat(new SessionStore(folder, "other").others()).hasSize(1);
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    for (int i = 0; i < SessionStore.KEPT + 3; i++) {
      new SessionStore(folder, "window" + i).keep(session(NOON.plusSeconds(i)));
    }
    SessionStore store = new SessionStore(folder, "last");
    store.tidy();
    assertThat(store.others()).hasSize(SessionStore.KEPT);
    assertThat(store.others().getLast().session().saved()).isEqualTo(NOON.plusSeconds(3));
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".part"))).isEmpty();
    }
  }

  private static Session session(Instant saved) {
    QuantConfig first = QuantConfig.defaults();
    TensorChoice.Quantized four =
        new TensorChoice.Quantized(IntegerFormat.weights(4), Granularity.CHANNEL, new RangeMethod.Explicit(-0.1f, 0.1f));
    QuantConfig second = first.with("w", four);
    History history =
        History.EMPTY.append("first", first, NOON).append("W4", second, NOON).measured(1, evaluation()).append("again", first, NOON).undo();
    Optional<DataReference> data = Optional.of(new DataReference(Path.of("/data/images"), 17, NOON));
    return new Session(Path.of("/models/small.onnx"), "ab12", data, history, saved, Session.Ending.OPEN);
  }

  private static Evaluation evaluation() {
    Quality.Accuracy accuracy = new Quality.Accuracy(9, 10, 11, 2, 1, new Interval(0.7, 0.9), new Interval(-0.1, 0.05));
    Quality quality =
        new Quality(
            12,
            Optional.of(accuracy),
            0.9,
            new Interval(0.8, 0.95),
            Double.POSITIVE_INFINITY,
            0.1 + 0.2,
            List.of(new Quality.Output("boxes", 30.5, 0.99)));
    LayerResult layer =
        new LayerResult("conv", "Conv", 4, 8, 100, Double.POSITIVE_INFINITY, OptionalDouble.empty(), OptionalDouble.of(0.25));
    LayerResult other = new LayerResult("add", "Add", 0, 8, 0, 31.7, OptionalDouble.of(Double.POSITIVE_INFINITY), OptionalDouble.empty());
    Cost cost = new Cost(1000, 4000, 5_000_000_000L, 160_000_000_000L, 0.99, List.of("Softmax"));
    Latency latency = new Latency(
            OptionalDouble.of(1.5), List.of(Timings.of(DeploymentLoad.SINGLE, 1.5, 2.5), Timings.of(new DeploymentLoad(32, 2), 0.1, 0.3)));
    return new Evaluation("digest", RuntimeKind.INTEGER, quality, 100, cost, latency, List.of(layer, other), 3.5);
  }
}
