package dev.culvert.endpoint;

import dev.culvert.tun.netns.Doctor;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code culvert doctor}: whether this machine lets Culvert start. */
@Command(
        name = "doctor",
        description = "Checks everything that Culvert needs from this machine, and says what puts right what is wrong.",
        mixinStandardHelpOptions = true,
        footer = {"", "Changes nothing. Exit codes: 0 Culvert can start, 3 it cannot."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        final PrintWriter out = command.commandLine().getOut();
        final List<Doctor.Check> checks = Doctor.examine();
        checks.forEach(out::println);
        final long failed =
                checks.stream().filter(check -> check.required() && !check.ok()).count();
        out.println(
                failed == 0
                        ? "Culvert can start here."
                        : "Culvert cannot start here: " + failed + " of " + checks.size() + " checks failed.");
        out.flush();
        return failed == 0 ? ExitCode.OK : ExitCode.ENVIRONMENT;
    }
}
