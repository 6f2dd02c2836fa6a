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
  /** What shells report of a program that the user stopped. */
  private static final int STOPPED = 130;

  private Launcher() {}

  /** Runs the command that {@code arguments} name, or opens the window, and ends the process. */
  public static void main(String[] arguments) {
    PrintStream err = standardError();
    System.setErr(err);
    LogFile.install();
    Console console = new Console(stream(FileDescriptor.out), err, Boolean.getBoolean("bitloupe.terminal"));
    CountDownLatch finished = new CountDownLatch(1);
    JavaFxWindow window = new JavaFxWindow();
    Signals.listen(() -> stop(console, window, finished));
    int status = new CommandLineProgram(console, window).run(arguments);
    finished.countDown();
    System.exit(status);
  }

  /** Runs the command that {@code arguments} name in this process, as tests do, and returns its exit status. */
  public static int run(String[] arguments, PrintStream out, PrintStream err) {
    return new CommandLineProgram(new Console(out, err, false), new JavaFxWindow()).run(arguments);
  }

  /**
   * Ctrl-C: a command sees it, cleans up and has its say, within reason. The second time, and with the window open, the process
   * ends at once, without the hooks that would pull ONNX Runtime from under the threads that run it.
   */
  private static void stop(Console console, JavaFxWindow window, CountDownLatch finished) {
    try {
      if (console.interrupt() && !window.isOpen() && finished.await(FAREWELL_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(STOPPED);
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
