package dev.culvert.endpoint.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody who sits at a terminal. */
@Tag("e2e")
class TerminalTest {
    private static final String CTRL_C = "\003";

    @BeforeAll
    static void needsTools() {
        Tools.check();
    }

    /** {@code culvert ARGS} on a terminal of its own; what the program gets as input is typed there. */
    private static Program atTerminal(final Somebody owner, final String... args) throws Exception {
        final Home home = Home.of(owner);
        final String command = Home.words(List.of(), args).stream()
                .map(word -> "'" + word + "'")
                .collect(Collectors.joining(" "));
        // The shell that script(1) takes gives way to the program: one that stays, as dash does, would die of Ctrl-C
        // itself.
        final ProcessBuilder script =
                home.at(owner.commandWithTun(List.of("script", "-qec", "exec " + command, "/dev/null")));
        script.environment().put("SHELL", "/bin/sh");
        return Program.start(script);
    }

    @ParameterizedTest
    @EnumSource
    void aShellHasItsTerminal(final Somebody owner) throws Exception {
        try (Program shell = atTerminal(owner, "serve", "--", "bash", "--norc", "-i")) {
            shell.awaitOut("culvert: ready at");
            shell.says("test -t 0 && test -t 1 && test -t 2 && echo on a ter''minal\n")
                    .awaitOut("on a terminal");
            shell.says("curl -s http://$CULVERT_ADDR4/ | grep -c 'It wor''ks' | sed s/^/found:/\n")
                    .awaitOut("found:1");
            shell.says("PS1='status:$?. '\n").awaitOut("status:0\\.");
            shell.says("sh -c 'echo wai\"\"ting; exec sleep 1000'\n").awaitOut("waiting");
            shell.says(CTRL_C).awaitOut("status:130\\.");

            shell.says("exit 5\n").await().exits(5);
        }
    }

    @Test
    void ctrlCBelongsToTheCommand() throws Exception {
        final String script = "trap \"echo caught; exit 9\" INT; echo waiting; while :; do read -r x; done";
        try (Program program = atTerminal(Somebody.STRANGER, "serve", "--", "sh", "-c", script)) {
            program.awaitOut("waiting");

            final Outcome outcome = program.says(CTRL_C).await();

            assertTrue(outcome.exits(9).out().contains("caught"), outcome::toString);
        }
    }

    @Test
    void ctrlCEndsAnEndpoint() throws Exception {
        try (Program program = atTerminal(Somebody.STRANGER, "serve")) {
            program.awaitOut("Ctrl-C here ends it");

            program.says(CTRL_C).await().succeeds();
        }
    }
}
