package dev.culvert.endpoint;

import dev.culvert.tun.control.ControlException;
import dev.culvert.tun.device.DeviceException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintWriter;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the user hears when something went wrong: one line, and where it is a matter of usage, how to go on. */
final class Failures {
    private Failures() {}

    /** A command that was understood and failed. */
    static int explain(final Exception failure, final CommandLine commandLine, final ParseResult parseResult) {
        if (isInterruption(failure)) {
            return Interruption.EXIT_CODE;
        }
        final PrintWriter err = commandLine.getErr();
        err.println("culvert: " + message(failure));
        if (isOurFault(failure)) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure instanceof DeviceException ? ExitCode.ENVIRONMENT : ExitCode.FAILURE;
    }

    private static boolean isInterruption(final Exception failure) {
        return failure instanceof InterruptedException
                || failure instanceof InterruptedIOException && !(failure instanceof SocketTimeoutException);
    }

    private static String message(final Exception failure) {
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            return file.getFile() + ": " + file.getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1 $2");
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Such as the user cannot have caused: whoever mends it wants to know where it came from. */
    private static boolean isOurFault(final Exception failure) {
        return !(failure instanceof DeviceException
                || failure instanceof ControlException
                || failure instanceof IOException
                || failure instanceof CommandFailure);
    }

    /** A command line that was not understood. */
    static int explainUsage(final ParameterException failure, final String... args) {
        final CommandLine commandLine = failure.getCommandLine();
        final PrintWriter err = commandLine.getErr();
        err.println(failure.getMessage());
        if (!UnmatchedArgumentException.printSuggestions(failure, err)) {
            err.print(commandLine.getHelp().synopsisHeading()
                    + commandLine.getHelp().synopsis(0));
        }
        err.println("Help: " + commandLine.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return ExitCode.USAGE;
    }
}
