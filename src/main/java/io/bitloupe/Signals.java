package io.bitloupe;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Ctrl-C and a request to terminate, heard before the virtual machine shuts down. A shutdown hook would come too late: ONNX
 * Runtime frees its environment in one, under the feet of threads that still run it, and the process aborts.
 */
final class Signals {

  private static final Logger LOG = Logger.getLogger(Signals.class.getName());

  private Signals() {}

  /**
   * Calls {@code listener} at each of the signals, on a thread of its own, in place of the usual end of the process. Where the
   * virtual machine offers no such thing, the usual end stays. {@code sun.misc.Signal} is the only way there is; javac warns of
   * it, so it is reached by name.
   */
  static void listen(Runnable listener) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      listener.run();
                      yield null;
                    }
                    case "equals" -> System.identityHashCode(self) == System.identityHashCode(arguments[0]);
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "signal handler";
                  });
      for (String name : List.of("INT", "TERM")) {
        signal.getMethod("handle", signal, handler).invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      }
    } catch (ReflectiveOperationException | RuntimeException unavailable) {
      LOG.log(Level.INFO, "no signal handler", unavailable);
    }
  }
}
