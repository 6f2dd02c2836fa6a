package io.bitloupe.search.solve;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Deep deterministic policy gradient in the manner of HAQ (Wang et al. 2019, 1811.08886, section 3): an actor walks through the
 * layers and gives each an action in [0, 1] that stands for a width; what exceeds a limit is taken back from the last layer on; all
 * steps of an episode get the reward of its policy; a critic learns what actions are worth, and the actor follows it. The answer
 * is the best policy that was tried.
 */
public final class PolicyAgent {

  private static final double FIRST_NOISE = 0.5;
  private static final double NOISE_DECAY = 0.99;
  private static final double ACTOR_RATE = 1e-4;
  private static final double CRITIC_RATE = 1e-3;
  private static final double FOLLOW = 0.01;
  private static final double BASELINE_DECAY = 0.5;
  private static final int BATCH = 64;
  private static final int REPLAY_PER_ITEM = 128;

  private final AgentSettings settings;
  private final Random random;
  private final List<Transition> replay = new ArrayList<>();
  private int oldest;
  private double baseline;
  private boolean baselineKnown;

  /** An agent that has learned nothing. */
  public PolicyAgent(AgentSettings settings) {
    this.settings = settings;
    this.random = new Random(settings.seed());
  }

  private record Transition(double[] state, double action, double reward, double[] next, boolean last) {}

  /**
   * The best policy that is tried, an alternative for each unit; empty where none keeps all limits.
   *
   * @param features what is known of each unit beforehand, numbers from 0 to 1
   * @param reward what an allowed policy is worth; called once for each episode
   */
  public Optional<Assignment> learn(Problem problem, double[][] features, ToDoubleFunction<Assignment> reward) {
    Knapsack knapsack = Knapsack.of(problem);
    double[][] ofItems = new double[knapsack.items()][];
    for (int item = 0; item < ofItems.length; item++) {
      ofItems[item] = features[knapsack.firstUnit(item)];
    }
    return pick(knapsack, ofItems, picks -> reward.applyAsDouble(knapsack.expand(picks))).map(knapsack::expand);
  }

  Optional<int[]> pick(Knapsack knapsack, double[][] features, ToDoubleFunction<int[]> reward) {
    // Where the cheapest alternatives do not keep limits that pull in different directions, others may.
    Optional<int[]> allowed = knapsack.cheapest().filter(knapsack::feasible).or(() -> new IntegerProgram().pick(knapsack));
    if (allowed.isEmpty()) {
      return Optional.empty();
    }
    Walk walk = new Walk(knapsack, features, allowed.get());
    int inputs = walk.stateLength();
    Network actor = new Network(inputs, settings.hidden(), true, random);
    Network critic = new Network(inputs + 1, settings.hidden(), false, random);
    Network slowActor = new Network(inputs, settings.hidden(), true, random);
    Network slowCritic = new Network(inputs + 1, settings.hidden(), false, random);
    slowActor.follow(actor, 1);
    slowCritic.follow(critic, 1);
    int[] best = new int[0];
    double most = Double.NEGATIVE_INFINITY;
    for (int episode = 0; episode < settings.episodes(); episode++) {
      boolean warm = episode >= settings.warmUp();
      double noise = FIRST_NOISE * Math.pow(NOISE_DECAY, Math.max(0, episode - settings.warmUp()));
      int[] ranks = walk.ranks(state -> warm ? near(actor.forward(state, 1).output()[0], noise) : random.nextDouble());
      int[] picks = walk.picks(ranks);
      double worth = reward.applyAsDouble(picks);
      if (worth > most) {
        most = worth;
        best = picks;
      }
      remember(walk, ranks, worth);
      for (int step = 0; warm && replay.size() >= BATCH && step < knapsack.items(); step++) {
        improve(actor, critic, slowActor, slowCritic, inputs);
      }
    }
    return Optional.of(best);
  }

  /** A normal number around {@code center}, drawn again until it lies in [0, 1]. */
  private double near(double center, double deviation) {
    double drawn;
    do {
      drawn = center + deviation * random.nextGaussian();
    } while (drawn < 0 || drawn > 1);
    return drawn;
  }

  private void remember(Walk walk, int[] ranks, double reward) {
    int most = REPLAY_PER_ITEM * ranks.length;
    for (int item = 0; item < ranks.length; item++) {
      boolean last = item == ranks.length - 1;
      Transition transition =
          new Transition(walk.state(item, ranks), walk.action(item, ranks[item]), reward, walk.state(last ? item : item + 1, ranks), last);
      if (replay.size() < most) {
        replay.add(transition);
      } else {
        replay.set(oldest, transition);
        oldest = (oldest + 1) % most;
      }
    }
  }

  private void improve(Network actor, Network critic, Network slowActor, Network slowCritic, int inputs) {
    double[] states = new double[BATCH * inputs];
    double[] nexts = new double[BATCH * inputs];
    double[] actions = new double[BATCH];
    double[] rewards = new double[BATCH];
    boolean[] last = new boolean[BATCH];
    double mean = 0;
    for (int n = 0; n < BATCH; n++) {
      Transition drawn = replay.get(random.nextInt(replay.size()));
      System.arraycopy(drawn.state(), 0, states, n * inputs, inputs);
      System.arraycopy(drawn.next(), 0, nexts, n * inputs, inputs);
      actions[n] = drawn.action();
      rewards[n] = drawn.reward();
      last[n] = drawn.last();
      mean += drawn.reward() / BATCH;
    }
    baseline = baselineKnown ? BASELINE_DECAY * baseline + (1 - BASELINE_DECAY) * mean : mean;
    baselineKnown = true;
    double[] values = slowCritic.forward(joined(nexts, slowActor.forward(nexts, BATCH).output(), inputs), BATCH).output();
    Network.Pass judged = critic.forward(joined(states, actions, inputs), BATCH);
    double[] slopes = new double[BATCH];
    for (int n = 0; n < BATCH; n++) {
      double target = rewards[n] - baseline + (last[n] ? 0 : values[n]);
      slopes[n] = 2 * (judged.output()[n] - target) / BATCH;
    }
    critic.backward(judged, slopes);
    critic.step(CRITIC_RATE);
    Network.Pass acted = actor.forward(states, BATCH);
    Network.Pass worth = critic.forward(joined(states, acted.output(), inputs), BATCH);
    java.util.Arrays.fill(slopes, -1.0 / BATCH);
    double[] inputSlopes = critic.backward(worth, slopes);
    critic.forgetGradients();
    double[] actionSlopes = new double[BATCH];
    for (int n = 0; n < BATCH; n++) {
      actionSlopes[n] = inputSlopes[n * (inputs + 1) + inputs];
    }
    actor.backward(acted, actionSlopes);
    actor.step(ACTOR_RATE);
    slowActor.follow(actor, FOLLOW);
    slowCritic.follow(critic, FOLLOW);
  }

  private static double[] joined(double[] states, double[] actions, int inputs) {
    double[] joined = new double[actions.length * (inputs + 1)];
    for (int n = 0; n < actions.length; n++) {
      System.arraycopy(states, n * inputs, joined, n * (inputs + 1), inputs);
      joined[n * (inputs + 1) + inputs] = actions[n];
    }
    return joined;
  }

  /** The walk through the items of a problem: their alternatives ranked from the cheapest to the dearest. */
  private static final class Walk {
    private final Knapsack knapsack;
    private final double[][] features;
    private final int[][] byRank;
    private final int[] allowed;

    /** A walk that always ends with what keeps all limits, as the picks {@code allowed} do. */
    Walk(Knapsack knapsack, double[][] features, int[] allowed) {
      this.knapsack = knapsack;
      this.features = features;
      this.byRank = new int[knapsack.items()][];
      for (int item = 0; item < byRank.length; item++) {
        int at = item;
        byRank[item] =
            IntStream.range(0, knapsack.alternatives(item))
                .boxed()
                .sorted(Comparator.comparingDouble((Integer j) -> knapsack.size(at, j)).thenComparing(j -> knapsack.loss(at, j)))
                .mapToInt(j -> j)
                .toArray();
      }
      this.allowed = IntStream.range(0, byRank.length).map(item -> rank(item, allowed[item])).toArray();
    }

    private int rank(int item, int pick) {
      return IntStream.range(0, byRank[item].length).filter(rank -> byRank[item][rank] == pick).findFirst().orElseThrow();
    }

    /** The features of an item, its place, and the action before it. */
    int stateLength() {
      return features[0].length + 2;
    }

    double[] state(int item, int[] ranks) {
      double[] state = java.util.Arrays.copyOf(features[item], stateLength());
      state[state.length - 2] = item / (double) Math.max(1, knapsack.items() - 1);
      state[state.length - 1] = item == 0 ? 1 : action(item - 1, ranks[item - 1]);
      return state;
    }

    /** The middle of the actions that stand for {@code rank}. */
    double action(int item, int rank) {
      return (rank + 0.5) / byRank[item].length;
    }

    /** The ranks that {@code policy} gives, moved from the last item back towards allowed ones until all limits are kept. */
    int[] ranks(ToDoubleFunction<double[]> policy) {
      int[] ranks = new int[byRank.length];
      for (int item = 0; item < ranks.length; item++) {
        int count = byRank[item].length;
        ranks[item] = (int) Math.clamp(Math.rint(count * policy.applyAsDouble(state(item, ranks)) - 0.5), 0, count - 1);
      }
      while (!knapsack.feasible(picks(ranks))) {
        for (int item = ranks.length - 1; item >= 0 && !knapsack.feasible(picks(ranks)); item--) {
          ranks[item] += Integer.signum(allowed[item] - ranks[item]);
        }
      }
      return ranks;
    }

    int[] picks(int[] ranks) {
      int[] picks = new int[ranks.length];
      for (int item = 0; item < ranks.length; item++) {
        picks[item] = byRank[item][ranks[item]];
      }
      return picks;
    }
  }
}
