// Package reference holds our public functions against reference results in JSON files: survey estimates, sampling,
// tests and measures computed elsewhere. All of it is tests.
//
// The folder is named by CONCORD_GOLDEN, relative to the root of the repository, by default ../shared/golden. Nothing
// here knows a data set, a file's content or an entry's id: an entry is sent where its topic and its shape say. A topic
// is a file that calls register.
package reference
