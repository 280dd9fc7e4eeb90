package store

import "errors"

// ErrLost is wrapped by the error of a connection that was lost together with the moment the register was read at: what
// was read so far cannot be gone on with, and whoever reads starts again.
var ErrLost = errors.New("the connection was lost, and with it the moment the register was read at")
