package io.bitloupe.export;

import io.bitloupe.config.ResolvedConfig;
import io.bitloupe.model.Model;

/**
 * What to export.
 *
 * @param model the model
 * @param config its configuration with all scales
 * @param version version of this program, for the file's metadata
 */
public record ExportRequest(Model model, ResolvedConfig config, String version) {}
