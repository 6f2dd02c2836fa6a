package io.bitloupe.ui;

import static org.assertj.core.api.Assertions.assertThat;

import io.bitloupe.session.Session;
import io.bitloupe.session.SessionStore;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills the application, started as a process of its own, while steps are made, and starts it again. */
class SessionCrashTest {
  private static final long BEHIND_MS = 5000;
  private static final Path SAMPLES = Path.of("sample-models");

  @TempDir private Path settings;

  @Test
  void afterAKillTheNextStartOffersTheStateOfAtMostFiveSecondsBefore() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    TreeMap<Long, Integer> stepsByTime = new TreeMap<>();
    long killed = work(40 + new Random(seed).nextInt(60), stepsByTime);
    List<SessionStore.Kept> kept = new SessionStore(settings.resolve("sessions"), "test").others();
    assertThat(kept).hasSize(1);
    Session session = kept.getFirst().session();
    assertThat(session.ending()).isEqualTo(Session.Ending.OPEN);
    assertThat(session.model().getFileName()).hasToString("lenet-300-100.onnx");
    int steps = session.history().steps().size();
    int least = stepsByTime.headMap(killed - BEHIND_MS).values().stream().max(Integer::compare).orElse(1);
    assertThat(steps).as("steps of at most five seconds before").isGreaterThanOrEqualTo(least);
    assertThat(steps).as("a change was kept").isGreaterThan(1);

    Process next = start("look", List.of());
    List<String> said = new ArrayList<>();
    try (BufferedReader lines = next.inputReader()) {
      lines.lines().forEach(said::add);
    }
    assertThat(said).contains("restored " + steps);
  }

  /** Lets the application make steps, at least so many and until some are kept; kills it. When that was, in milliseconds. */
  private long work(int wanted, TreeMap<Long, Integer> stepsByTime) throws IOException, InterruptedException {
    Process process =
        start(
            "work",
            List.of("--model=" + SAMPLES.resolve("lenet-300-100.onnx"), "--data=" + SAMPLES.resolve("t10k-images-idx3-ubyte.gz")));
    List<String> other = new ArrayList<>();
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && (stepsByTime.size() < wanted || !hasSteps())) {
        if (line.startsWith("step ")) {
          String[] words = line.split(" ");
          stepsByTime.put(Long.parseLong(words[3]), Integer.parseInt(words[1]));
        } else {
          other.add(line);
        }
        line = lines.readLine();
      }
      assertThat(line).as("the application went away by itself: %s", other).isNotNull();
      long killed = System.currentTimeMillis();
      process.destroyForcibly();
      process.waitFor();
      return killed;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Whether the running application has saved a step; its session is none of those that can be offered yet. */
  private boolean hasSteps() throws IOException {
    Path folder = settings.resolve("sessions");
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".session.json"))
          .anyMatch(file -> SessionStore.read(file).history().steps().size() > 1);
    }
  }

  private Process start(String role, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> !option.startsWith("-Xmx") && !option.startsWith("-javaagent") && !option.startsWith("-agentlib"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx768m", "-Dglass.platform=Headless", "-Dprism.order=sw", "-Dbitloupe.settings=" + settings));
    command.add(SessionProcess.class.getName());
    command.add(role);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).directory(new File("").getAbsoluteFile());
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    return builder.start();
  }
}
