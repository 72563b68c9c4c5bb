package dev.culvert.tun.device;

/**
 * The surroundings do not allow what was asked: no right, no device, a tool is missing, the device has gone. The message is
 * one line for the user and ends with what to do about it, where something can be done.
 */
public final class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String problem;
    private final String fix;

    /** What went wrong, in one line without a full stop. */
    public DeviceException(final String problem) {
        this(problem, "");
    }

    /** What went wrong, and what to do about it: a command or an instruction; empty when there is nothing to say. */
    public DeviceException(final String problem, final String fix) {
        super(fix.isEmpty() ? problem : problem + "; " + fix);
        this.problem = problem;
        this.fix = fix;
    }

    /** What went wrong, without what to do about it. */
    public String problem() {
        return problem;
    }

    /** What to do about it; empty when there is nothing to say. */
    public String fix() {
        return fix;
    }
}
