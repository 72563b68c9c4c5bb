package dev.culvert.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Model.OptionSpec;

class MainTest {
    private static final Pattern RANGE = Pattern.compile("(\\d+)\\.\\.(\\d+)");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "time-wait | --list --json=FILE",
                "time-wait-memory | --records=1000..16000000 --ip=VERSION",
                "time-wait-ratio | --rounds=5..1000",
                "time-wait-standing | --records=1000..10000000 --rounds=1..99 --connections=100..60000",
                "idle | --connections=1000..4000000 --ip=VERSION",
                "idle-tun | --connections=1000..1000000",
                "flood | --rounds=100..100000",
                "flood-tun | [WORD...] --rounds=1..99 --ms=20..10000 --seed=0..99999999 --warm-up=1..90",
                "soak | --minutes=1..10000",
                "churn | [CASE...] --connections=100..60000 --rounds=1..9",
                "peers | [CASE...] --rounds=1..9 --connections=100..60000 --ms=100..60000 --mtu=1280..65535"
                        + " --without=PEER --table=FILE --page=DIR",
                "path | [WORD...] --seconds=1..60 --rounds=1..9 --seed=0..99999999 --capture=DIR --plot=DIR --table=FILE",
                "audiolog | --simulated --connections=100..16000000",
                "page | DIR FILE.json...",
            })
    void everyCommandExplainsItsOptions(final String command, final String options) {
        final String help = BenchCommand.outputOf(command, "--help");

        assertTrue(help.startsWith("Usage: culvert bench " + command + " "), help);
        final List<String> explained = help.lines()
                .filter(line -> line.matches(" {6}\\S.*"))
                .map(line -> line.strip().split(" +", 2)[0])
                .toList();
        assertEquals(List.of(options.split(" ", -1)), explained, help);
        assertFalse(help.lines().anyMatch(line -> line.length() > 80), help);
        assertEquals(help, BenchCommand.outputOf(command, "-h"));
    }

    @Test
    void theHelpNamesEveryCommandInALineAndJmhsOptions() {
        final String help = BenchCommand.outputOf("--help");

        final List<String> named = help.lines()
                .filter(line -> line.matches("  [a-z-]+ +[A-Z].*\\."))
                .map(line -> line.strip().split(" +", 2)[0])
                .toList();
        assertEquals(List.copyOf(Main.COMMANDS.keySet()), named, help);
        for (final String words : List.of("Usage: culvert bench COMMAND", "--list", "--json=FILE", " -wi <int>")) {
            assertTrue(help.contains(words), help);
        }
        assertEquals(help, BenchCommand.outputOf("-h"));
    }

    @Test
    void anOptionWithARangeHasADefaultInItAndTakesNoOtherNumber() {
        for (final String command : Main.COMMANDS.keySet()) {
            for (final OptionSpec option : ranges(command)) {
                final Matcher range = RANGE.matcher(option.paramLabel());
                assertTrue(range.matches());
                final int least = Integer.parseInt(range.group(1));
                final int most = Integer.parseInt(range.group(2));
                final String name = option.longestName();
                for (final int wrong : new int[] {least - 1, most + 1}) {
                    final String complaint = BenchCommand.refuses(command, name, Integer.toString(wrong));
                    final String why = name + ": " + wrong + " is not between " + least + " and " + most + ";";
                    assertTrue(complaint.contains(why), complaint);
                }
                final Integer value = option.getValue();
                assertTrue(value == null || value >= least && value <= most, command + " " + name);
                assertTrue(String.join("", option.description()).contains("Default: "), command + " " + name);
            }
        }
    }

    private static List<OptionSpec> ranges(final String command) {
        final List<OptionSpec> ranges = new ArrayList<>(
                Main.command(Main.COMMANDS.get(command)).getCommandSpec().options());
        ranges.removeIf(option -> !RANGE.matcher(option.paramLabel()).matches());
        return ranges;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "time-wait-memory --ip 5 | --ip: there is no version '5'; there are 4, 6",
                "idle --ip 5 | --ip: there is no version '5'; there are 4, 6",
                "time-wait-memory --ip | Missing required parameter for option '--ip'",
                "time-wait-memory --hosts 1 | Unknown options: '--hosts', '1'",
                "time-wait-ratio --rounds many | Invalid value for option '--rounds': 'many' is not an int",
                "time-wait-ratio --seconds 10 | Unknown option",
                "time-wait-standing 1000000 | Unmatched argument at index 1: '1000000'",
                "peers --without kernel | --without: there is no peer 'kernel'; there are culvert, plain",
                "peers short-2 | there is no case 'short-2'; there are short-1, short-32",
                "churn short-1 | there is no case 'short-1'; there are server-closes, client-closes",
                "flood-tun download | there is no word 'download'; there are upload, trips, short, syns",
                "path loss=101% | impairment 'loss=101%': write a share from 0% to 100%",
                "audiolog --connections 1000001 | --connections: 1000001 over TUN is more than 1000000",
                "page | Missing required parameters: 'DIR', 'FILE.json'",
                "page . none.json | none.json does not exist",
                "NoSuchBenchmark | no benchmark fits; --list names all",
            })
    void wrongArgumentsAreNamed(final String line, final String message) {
        final String complaint = BenchCommand.refuses(line.split(" ", -1));

        assertTrue(complaint.contains(message), complaint);
    }
}
