/** How much each tensor's width matters: cheap proxies first, measurements after. */
@NullMarked
package io.bitloupe.engine.sensitivity;

import org.jspecify.annotations.NullMarked;
