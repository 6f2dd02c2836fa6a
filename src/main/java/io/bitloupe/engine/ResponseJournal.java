package io.bitloupe.engine;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps responses that were measured, so that work which was stopped can go on where it was. Thread-safe. */
public interface ResponseJournal {

  /** What is known under {@code key}. */
  Optional<Response> find(String key);

  /** Keeps {@code response} under {@code key}. */
  void record(String key, Response response);

  /** A journal that lasts as long as the process. */
  static ResponseJournal inMemory() {
    Map<String, Response> known = new ConcurrentHashMap<>();
    return new ResponseJournal() {
      @Override
      public Optional<Response> find(String key) {
        return Optional.ofNullable(known.get(key));
      }

      @Override
      public void record(String key, Response response) {
        known.put(key, response);
      }
    };
  }
}
