package dev.culvert.tun.netns;

import dev.culvert.tun.device.DeviceException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks whether this host lets Culvert start, and says for everything that is wrong how to put it right. */
public final class Doctor {
    /**
     * One precondition.
     *
     * @param name a few words
     * @param ok whether it holds
     * @param detail what was found
     * @param fix one line that puts it right; empty when it is right
     * @param required false: Culvert runs without it, less well
     */
    public record Check(String name, boolean ok, String detail, String fix, boolean required) {
        static Check good(final String name, final String detail) {
            return new Check(name, true, detail, "", true);
        }

        static Check bad(final String name, final String detail, final String fix) {
            return new Check(name, false, detail, fix, true);
        }

        static Check unfortunate(final String name, final String detail, final String fix) {
            return new Check(name, false, detail, fix, false);
        }

        @Override
        public String toString() {
            final String mark = ok ? "ok  " : required ? "FAIL" : "note";
            return mark + "  " + name + ": " + detail + (fix.isEmpty() ? "" : "; " + fix);
        }
    }

    private Doctor() {}

    /** Checks everything, the most basic things first; takes well under a second and changes nothing. */
    public static List<Check> examine() {
        return Stream.concat(HostChecks.all(), ProgramChecks.all()).toList();
    }

    /** A failure with what to do about it, when one of the preconditions turns out to be why. */
    static DeviceException explain(final String problem) {
        final Optional<Check> cause =
                examine().stream().filter(c -> c.required() && !c.ok()).findFirst();
        return cause.map(c -> new DeviceException(problem + ": " + c.detail(), c.fix()))
                .orElseGet(() -> new DeviceException(problem, HostChecks.PREPARED_TUN));
    }

    /** The same for a failure that already has words. */
    static DeviceException explain(final DeviceException failure) {
        return examine().stream().anyMatch(c -> c.required() && !c.ok()) ? explain(failure.problem()) : failure;
    }
}
