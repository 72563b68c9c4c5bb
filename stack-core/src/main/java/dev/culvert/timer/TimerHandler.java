package dev.culvert.timer;

/** Gets the timers that have fired. */
@FunctionalInterface
public interface TimerHandler {
    /** A timer has fired and is no longer running. */
    void onTimer(TimerNode node, TimerKind kind, long nowNs);
}
