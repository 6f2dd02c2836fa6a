package io.bitloupe.util;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Values by what they are computed from; those not used for longest are forgotten when told so. Thread-safe.
 *
 * @param <K> what a value is computed from
 * @param <V> the value
 */
public final class RecentlyUsed<K, V> {

  private final Map<K, V> kept = new LinkedHashMap<>(64, 0.75f, true);

  /** The value for {@code key}, computed on this thread when it is not kept. */
  public V get(K key, Function<? super K, ? extends V> source) {
    synchronized (kept) {
      V known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    V computed = source.apply(key);
    synchronized (kept) {
      kept.put(key, computed);
    }
    return computed;
  }

  /** The value for {@code key}, where it is kept. */
  public Optional<V> find(K key) {
    synchronized (kept) {
      return Optional.ofNullable(kept.get(key));
    }
  }

  /** Keeps {@code value}, the later of two with the same key. */
  public void put(K key, V value) {
    synchronized (kept) {
      kept.put(key, value);
    }
  }

  /** All values, those used last at the end. */
  public List<V> values() {
    synchronized (kept) {
      return List.copyOf(kept.values());
    }
  }

  /** Forgets all but the {@code most} values that were used last. */
  public void trim(int most) {
    synchronized (kept) {
      var eldest = kept.entrySet().iterator();
      while (kept.size() > most && eldest.hasNext()) {
        eldest.next();
        eldest.remove();
      }
    }
  }

  /** Forgets those not used for longest while all weigh more than {@code most} together, but not the one used last. */
  public void trim(long most, ToLongFunction<? super V> weight) {
    synchronized (kept) {
      long sum = kept.values().stream().mapToLong(weight).sum();
      var eldest = kept.values().iterator();
      while (sum > most && kept.size() > 1) {
        sum -= weight.applyAsLong(eldest.next());
        eldest.remove();
      }
    }
  }

  /** Number of values. */
  public int size() {
    synchronized (kept) {
      return kept.size();
    }
  }
}
