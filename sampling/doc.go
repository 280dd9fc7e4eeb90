// Package sampling draws probability samples and gives their inclusion probabilities.
//
// It is pure: a draw is a function of the frame, the design and the source of random numbers. A frame is ordered by
// unit code before anything is drawn, so that one seed gives one sample everywhere.
package sampling
