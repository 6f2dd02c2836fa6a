package io.bitloupe.search.solve;

/**
 * Sizes and rates of a {@link PolicyAgent}; the rest is as in HAQ (1811.08886) and its code.
 *
 * @param episodes policies that are tried
 * @param warmUp episodes with random actions before it learns
 * @param hidden units in each of the two hidden layers of actor and critic (300 in the paper)
 * @param seed of all random numbers
 */
public record AgentSettings(int episodes, int warmUp, int hidden, long seed) {

  /** 600 episodes, 20 of them random, and 64 units: problems here have a few dozen layers. */
  public static AgentSettings standard(long seed) {
    return new AgentSettings(600, 20, 64, seed);
  }

  /** The same with fewer or more episodes. */
  public AgentSettings withEpisodes(int count) {
    return new AgentSettings(count, Math.min(warmUp, count), hidden, seed);
  }
}
