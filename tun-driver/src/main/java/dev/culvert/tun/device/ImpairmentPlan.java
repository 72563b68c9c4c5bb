package dev.culvert.tun.device;

/** The impairments of both directions of a link; {@code in} is what the stack receives. Immutable. */
public record ImpairmentPlan(Impairment in, Impairment out) {
    /** A perfect link. */
    public static final ImpairmentPlan NONE = new ImpairmentPlan(Impairment.NONE, Impairment.NONE);

    private static final String IN = "in:";
    private static final String OUT = "out:";

    /**
     * Reads a text such as {@code loss=2%,delay=10ms,jitter=3ms,reorder=1%,duplicate=1%,corrupt=0.1%,rate=100mbit,queue=1000,seed=7}.
     * A key holds for both directions, {@code in:loss=2%} or {@code out:loss=2%} for one; a later one replaces an earlier
     * one.
     *
     * @throws IllegalArgumentException for what it cannot read; the message quotes it and says what is right
     */
    public static ImpairmentPlan parse(final String text) {
        ImpairmentPlan plan = NONE;
        for (final String setting : text.split(",", -1)) {
            plan = plan.with(setting.strip());
        }
        return plan;
    }

    private ImpairmentPlan with(final String setting) {
        if (setting.startsWith(IN)) {
            return new ImpairmentPlan(ImpairmentSetting.apply(setting.substring(IN.length()), in), out);
        }
        if (setting.startsWith(OUT)) {
            return new ImpairmentPlan(in, ImpairmentSetting.apply(setting.substring(OUT.length()), out));
        }
        return new ImpairmentPlan(ImpairmentSetting.apply(setting, in), ImpairmentSetting.apply(setting, out));
    }
}
