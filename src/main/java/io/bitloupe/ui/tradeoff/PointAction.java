package io.bitloupe.ui.tradeoff;

import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What the menu of a point offers.
 *
 * @param title its name
 * @param applies whether it can be done with a point
 * @param run does it
 */
record PointAction(String title, Predicate<TradeoffPoint> applies, Consumer<TradeoffPoint> run) {}
