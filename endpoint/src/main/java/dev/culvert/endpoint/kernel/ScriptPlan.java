package dev.culvert.endpoint.kernel;

import dev.culvert.kit.packetdrill.Differential;
import dev.culvert.kit.packetdrill.PacketScripts;
import dev.culvert.kit.packetdrill.ScriptOptions;
import dev.culvert.kit.packetdrill.ScriptResult;
import dev.culvert.kit.packetdrill.ScriptSubject;
import java.nio.file.Path;
import java.util.List;

/** One script against Culvert, against the kernel, or against both with a comparison. Any thread. */
public final class ScriptPlan {
    /** What a script runs against. */
    public enum Against {
        CULVERT,
        KERNEL,
        BOTH
    }

    private final Against against;
    private final ScriptSubject kernel;

    /** {@code toleranceUs}: how late things may be where time is real. */
    public ScriptPlan(final Against against, final long toleranceUs) {
        this.against = against;
        kernel = new KernelSubject(toleranceUs);
    }

    /** Runs it. Against both it has passed when it has passed on both and both sent the same. */
    public ScriptResult run(final Path file, final ScriptOptions options) {
        return switch (against) {
            case CULVERT -> PacketScripts.run(file, options);
            case KERNEL -> PacketScripts.run(file, options, kernel);
            case BOTH -> compare(PacketScripts.run(file, options), PacketScripts.run(file, options, kernel));
        };
    }

    private ScriptResult compare(final ScriptResult culvert, final ScriptResult linux) {
        final List<String> differences = Differential.of(culvert, linux);
        final StringBuilder report = new StringBuilder();
        if (!culvert.passed()) {
            report.append("against Culvert: ").append(culvert.report()).append('\n');
        }
        if (!linux.passed()) {
            report.append("against Linux: ").append(linux.report()).append('\n');
        }
        if (!differences.isEmpty()) {
            report.append(culvert.name()).append(": Culvert and Linux differ");
            differences.forEach(difference -> report.append("\n  ").append(difference));
        }
        final String text = report.toString().strip();
        return new ScriptResult(
                culvert.name(),
                text.isEmpty(),
                text,
                linux.transcript(),
                linux.packets(),
                linux.packetsOut(),
                linux.packetTimesUs(),
                linux.unread());
    }
}
