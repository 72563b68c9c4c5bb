package dev.culvert.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.culvert.endpoint.kernel.LiveLab;
import dev.culvert.kit.lab.LabPage;
import dev.culvert.kit.lab.LabReport;
import dev.culvert.kit.lab.LabScenario;
import dev.culvert.kit.lab.Laboratory;
import dev.culvert.kit.lab.Policy;
import dev.culvert.tun.device.PcapngFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code culvert lab}: situations that people meet, played by the stack under virtual time. */
@Command(
        name = "lab",
        description = "Plays a situation that people meet with TCP connections, under virtual time: a sequence diagram,"
                + " the rule that decided, and what other policies would have done. Without NAME: lists them.",
        customSynopsis = "culvert lab [OPTIONS] [NAME]",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Needs no privileges and, without --live, no network. docs/lab holds the pages",
            "of all scenarios.",
            "",
            "Examples:",
            "  culvert lab",
            "  culvert lab old-duplicate-syn",
            "  culvert lab exit-chat --preset strict",
            "  culvert lab exit-chat --live",
            "  culvert lab buckets --svg buckets.svg",
            "  culvert lab --all --dir pages"
        })
final class LabCommand implements Callable<Integer> {
    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "A scenario, such as exit-chat or TW1.")
    private String name;

    @Option(names = "--all", description = "Play all of them.")
    private boolean all;

    @Option(
            names = "--preset",
            paramLabel = "POLICY",
            description =
                    "Play it under this policy only: culvert, rfc, linux, linux-tw-reuse, bsd, windows, windows-60,"
                            + " strict or timestamp.")
    private String preset;

    @Option(
            names = "--live",
            description = "Play it over TUN against this machine's kernel, in real time and a private network:"
                    + " exit-chat, server-closes or lost-last-ack.")
    private boolean live;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Also draw it there; further pictures of the same scenario get a number.")
    private Path svg;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Write the page with its pictures there instead, with --all an index too.")
    private Path directory;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() throws IOException {
        if (all && (name != null || svg != null)) {
            throw usage("--all goes with neither NAME nor --svg");
        }
        if (directory != null && (svg != null || preset != null)) {
            throw usage("--dir goes with neither --svg nor --preset: a page compares the policies");
        }
        if (live) {
            return playLive();
        }
        final Policy policy = preset == null ? null : policy();
        if (name == null && !all) {
            if (preset != null || svg != null || directory != null) {
                throw usage("which scenario? NAME or --all");
            }
            return list();
        }
        final List<LabScenario> scenarios = all ? Laboratory.all() : List.of(scenario());
        return directory == null ? play(scenarios, policy) : write(scenarios);
    }

    private int playLive() {
        if (name == null || preset != null || svg != null || directory != null) {
            throw usage("--live goes with NAME alone");
        }
        final LabScenario scenario = scenario();
        if (!LiveLab.names().contains(scenario.name())) {
            throw usage(scenario.name() + " cannot be played live; these can: " + String.join(", ", LiveLab.names()));
        }
        out().println(scenario.id() + " " + scenario.name() + ": " + scenario.title()
                + ". The kernel is the client, --> are its packets.");
        LiveLab.play(scenario.name(), line -> {
            out().println(line);
            out().flush();
        });
        return ExitCode.OK;
    }

    private int list() {
        for (final LabScenario scenario : Laboratory.all()) {
            out().printf(Locale.ROOT, "%-5s %-20s %s%n", scenario.id(), scenario.name(), scenario.title());
        }
        return ExitCode.OK;
    }

    private int play(final List<LabScenario> scenarios, final Policy policy) throws IOException {
        for (final LabScenario scenario : scenarios) {
            out().println(LabReport.of(scenario, policy));
            out().flush();
            if (svg != null) {
                draw(scenario, policy);
            }
        }
        return ExitCode.OK;
    }

    /** The first picture goes to the file that was named, those that follow beside it. */
    private void draw(final LabScenario scenario, final Policy policy) throws IOException {
        int number = 1;
        for (final String picture : LabPage.pictures(scenario, policy)) {
            final String file = svg.getFileName().toString();
            final int dot = file.lastIndexOf('.') < 0 ? file.length() : file.lastIndexOf('.');
            save(
                    number == 1 ? svg : svg.resolveSibling(file.substring(0, dot) + "-" + number + file.substring(dot)),
                    picture);
            number++;
        }
    }

    private int write(final List<LabScenario> scenarios) throws IOException {
        try {
            Files.createDirectories(directory);
        } catch (final IOException e) {
            throw new IOException("cannot make " + directory + " (" + PcapngFile.reason(e) + ")", e);
        }
        for (final LabScenario scenario : scenarios) {
            for (final Map.Entry<String, String> file : LabPage.of(scenario).entrySet()) {
                save(directory.resolve(file.getKey()), file.getValue());
            }
            out().println(directory.resolve(scenario.name() + ".md"));
            out().flush();
        }
        if (all) {
            save(directory.resolve("README.md"), LabPage.index(scenarios));
        }
        return ExitCode.OK;
    }

    private static void save(final Path file, final String text) throws IOException {
        try {
            Files.writeString(file, text, UTF_8);
        } catch (final IOException e) {
            throw PcapngFile.cannotWrite(file, e);
        }
    }

    private LabScenario scenario() {
        return Laboratory.named(name)
                .orElseThrow(() -> usage("there is no scenario '" + name + "'; there are "
                        + Laboratory.all().stream().map(LabScenario::name).collect(Collectors.joining(", "))));
    }

    private Policy policy() {
        return Policy.named(preset)
                .orElseThrow(() -> usage("there is no policy '" + preset + "'; there are "
                        + Policy.all().stream().map(Policy::name).collect(Collectors.joining(", "))));
    }

    private ParameterException usage(final String what) {
        return new ParameterException(command.commandLine(), what);
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }
}
