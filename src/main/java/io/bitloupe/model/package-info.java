/** The network as data: graphs, nodes, tensors, shapes and quantizable layers. Immutable, and dependent on nothing. */
@NullMarked
package io.bitloupe.model;

import org.jspecify.annotations.NullMarked;
