package dev.culvert.kit.packetdrill;

/** When the current event is due, and whether something happened in its time. */
final class EventClock {
    private final ScriptWorld world;
    private When due = new When(When.Kind.ABSOLUTE, 0, 0);
    private long baseUs;
    private long lastUs;

    EventClock(final ScriptWorld world) {
        this.world = world;
    }

    /** Turns to an event; what is relative counts from now. */
    void turnTo(final Event event) {
        lastUs = due.fromUs();
        baseUs = world.nowUs();
        due = event.when().anchored(baseUs);
    }

    /** Where relative times of the current event count from. */
    long baseUs() {
        return due.isRelative() ? baseUs : 0;
    }

    /** Moves time to the event. */
    void waitFor(final Event event, final String what) {
        world.advanceTo(due.fromUs());
        final String difference = difference(event, world.nowUs(), what);
        if (difference != null) {
            throw new Mismatch(event.line(), difference);
        }
    }

    /** Latest time at which the current event may happen; {@code Long.MAX_VALUE}: any. */
    long latestUs() {
        return due.kind() == When.Kind.ANY ? Long.MAX_VALUE : due.toUs() + toleranceUs();
    }

    private long toleranceUs() {
        return world.settings.toleranceUs(due.fromUs() - lastUs);
    }

    /** In words, when {@code atUs} is not its time; null where it is. */
    String difference(final Event event, final long atUs, final String what) {
        if (due.kind() == When.Kind.ANY) {
            return null;
        }
        final long tolerance = toleranceUs();
        if (atUs >= due.fromUs() - tolerance && atUs <= due.toUs() + tolerance) {
            return null;
        }
        final String expected = due.isRange()
                ? "between " + When.seconds(due.fromUs()) + " and " + When.seconds(due.toUs())
                : "at " + When.seconds(due.fromUs());
        return "time: expected " + what + " " + expected + ", but it came at " + When.seconds(atUs) + " (tolerance "
                + When.seconds(tolerance) + ")";
    }

    /** The same for the return of a call. */
    String returnDifference(final long expectedUs, final long startUs, final long atUs) {
        final long tolerance = world.settings.toleranceUs(expectedUs - startUs);
        return Math.abs(atUs - expectedUs) <= tolerance
                ? null
                : "time: expected the call to return at " + When.seconds(expectedUs) + ", but it returned at "
                        + When.seconds(atUs) + " (tolerance " + When.seconds(tolerance) + ")";
    }
}
