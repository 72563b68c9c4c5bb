package dev.culvert.kit.explore;

import dev.culvert.kit.explore.Wire.Fate;
import java.util.List;

/**
 * One thing that may happen next in a world.
 *
 * @param transitions what it does to the hosts, in order
 * @param fates what happens to each packet that they send by it
 * @param after the world that comes of it; null when an invariant broke on the way
 * @param failure which one; empty: none
 */
record Happening(List<Transition> transitions, List<Fate> fates, World after, String failure) {}
