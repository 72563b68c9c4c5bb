package dev.culvert.kit.lab;

import dev.culvert.kit.lab.LabScenario.Act;
import dev.culvert.kit.lab.LabScenario.Play;
import java.util.Locale;
import java.util.function.Supplier;

/** A scenario that was played, for the terminal. */
public final class LabReport {
    private LabReport() {}

    /**
     * Plays a scenario.
     *
     * @param preset the only policy to play it under; null: the scenario's own ones, of which the first is drawn
     */
    public static String of(final LabScenario scenario, final Policy preset) {
        final StringBuilder text = new StringBuilder();
        text.append(scenario.id())
                .append(' ')
                .append(scenario.name())
                .append(": ")
                .append(scenario.title());
        text.append("\n\n").append(scenario.situation());
        for (final Act act : scenario.acts()) {
            act(text, act, preset);
        }
        if (preset == null || scenario.acts().isEmpty()) { // charts compare policies by themselves
            for (final Supplier<Chart> chart : scenario.charts()) {
                final Chart measured = chart.get();
                text.append('\n')
                        .append(measured.title())
                        .append(" (")
                        .append(measured.y())
                        .append(")\n");
                text.append(ChartText.of(measured)).append(measured.remark()).append('\n');
            }
        }
        return text.toString();
    }

    private static void act(final StringBuilder text, final Act act, final Policy preset) {
        final Play play = preset == null ? act.play() : act.play(preset);
        text.append('\n');
        if (!act.title().isEmpty()) {
            text.append(act.title()).append('\n');
        }
        text.append(DiagramText.of(play.diagram())).append('\n');
        tell(text, play);
        if (preset == null) {
            act.policies().stream().skip(1).map(act::play).forEach(other -> tell(text, other));
        }
    }

    private static void tell(final StringBuilder text, final Play play) {
        text.append(String.format(
                Locale.ROOT,
                "%-14s %s\n               because: %s\n",
                play.policy().name(),
                play.ending().outcome(),
                play.ending().rule()));
    }
}
