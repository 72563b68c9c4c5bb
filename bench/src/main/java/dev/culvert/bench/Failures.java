package dev.culvert.bench;

import dev.culvert.tun.device.DeviceException;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileSystemException;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** What the user hears when something went wrong: one line, and where it is a matter of usage, how to go on. */
final class Failures {
    private static final String PREFIX = "culvert: bench: ";
    private static final int ENVIRONMENT = 3;

    private Failures() {}

    /** A command that was understood and failed. */
    static int explain(final Exception failure, final CommandLine commandLine, final ParseResult parseResult) {
        final PrintWriter err = commandLine.getErr();
        err.println(PREFIX + message(failure));
        if (isOurFault(failure)) {
            failure.printStackTrace(err);
        }
        return failure instanceof DeviceException ? ENVIRONMENT : ExitCode.SOFTWARE;
    }

    private static String message(final Exception failure) {
        if (failure instanceof FileSystemException file) {
            return file.getFile() + ": " + PcapngFile.reason(file);
        }
        final String said = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        return failure instanceof RunnerException ? withFix(said) : said;
    }

    private static String withFix(final String message) {
        return message.replaceFirst("^ERROR: ", "").strip().replace("Use -Djmh", "Use CULVERT_JAVA_OPTS=-Djmh");
    }

    /** Such as the user cannot have caused: whoever mends it wants to know where it came from. */
    private static boolean isOurFault(final Exception failure) {
        return !(failure instanceof DeviceException
                || failure instanceof IOException
                || failure instanceof RunnerException);
    }

    /** A command line that was not understood. */
    static int explainUsage(final ParameterException failure, final String... args) {
        final CommandLine commandLine = failure.getCommandLine();
        final String command = commandLine.getCommandSpec().qualifiedName();
        commandLine.getErr().println(PREFIX + failure.getMessage() + "; '" + command + " --help' explains");
        return ExitCode.USAGE;
    }
}
