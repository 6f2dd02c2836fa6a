package io.bitloupe;

import io.bitloupe.cli.CommandLineProgram;
import io.bitloupe.cli.Console;
import io.bitloupe.cli.LogFile;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Where the program starts. It knows nothing of JavaFX, so that the command line does not load it; the window is reached by
 * name.
 */
public final class Launcher {

  private static final int FAREWELL_SECONDS = 3;

  private Launcher() {}

  /** Runs the command that {@code arguments} name, or opens the window, and ends the process. */
  public static void main(String[] arguments) {
    PrintStream err = standardError();
    System.setErr(err);
    LogFile.install();
    Console console = new Console(stream(FileDescriptor.out), err, Boolean.getBoolean("bitloupe.terminal"));
    CountDownLatch finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> stop(console, finished)));
    int status;
    try {
      status = run(console, arguments);
    } finally {
      finished.countDown();
    }
    System.exit(status);
  }

  /** Runs the command that {@code arguments} name in this process, as tests do, and returns its exit status. */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    return run(new Console(out, err, false), arguments);
  }

  private static int run(Console console, String[] arguments) {
    return new CommandLineProgram(console, new JavaFxWindow()).run(arguments);
  }

  /** Ctrl-C: what runs sees it, cleans up and has its say, within reason. */
  private static void stop(Console console, CountDownLatch finished) {
    console.interrupt();
    try {
      if (!finished.await(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The real standard error, where the launcher script says which descriptor that is (docs/adr/0005); otherwise the usual one.
   */
  private static PrintStream standardError() {
    Integer number = Integer.getInteger("bitloupe.stderr");
    if (number == null) {
      return System.err;
    }
    try {
      var constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
      constructor.setAccessible(true);
      return stream(constructor.newInstance(number));
    } catch (ReflectiveOperationException | RuntimeException notOpened) {
      return System.err;
    }
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    boolean windows = System.getProperty("os.name", "").toLowerCase(Locale.ROOT).contains("win");
    Charset charset = windows ? System.out.charset() : StandardCharsets.UTF_8;
    return new PrintStream(new FileOutputStream(descriptor), true, charset);
  }
}
