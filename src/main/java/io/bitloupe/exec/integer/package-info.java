/** The integer plan: a lowered graph compiled to steps that turn codes into codes, each a pure function of its inputs. */
@NullMarked
package io.bitloupe.exec.integer;

import org.jspecify.annotations.NullMarked;
