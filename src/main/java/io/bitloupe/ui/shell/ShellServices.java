package io.bitloupe.ui.shell;

import io.bitloupe.engine.Runs;
import io.bitloupe.session.SessionStore;
import io.bitloupe.ui.export.Exporter;
import io.bitloupe.ui.prefs.Preferences;
import io.bitloupe.ui.theme.Theme;
import io.bitloupe.ui.theme.Zoom;
import io.bitloupe.ui.workspace.Workspace;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the window works with.
 *
 * @param workspace model, data, history
 * @param preferences settings of last time
 * @param sessions where sessions are kept; empty where they are not
 * @param runs where what is measured for sensitivities and searches is kept
 * @param theme light or dark
 * @param zoom how large everything is drawn
 * @param samples the models that Bitloupe comes with
 * @param exporter writes files; empty where that is not built in
 * @param kernel names the integer kernel in use; empty text while unknown
 */
public record ShellServices(
    Workspace workspace,
    Preferences preferences,
    Optional<SessionStore> sessions,
    Runs runs,
    Theme theme,
    Zoom zoom,
    Samples samples,
    Optional<Exporter> exporter,
    Supplier<String> kernel) {}
