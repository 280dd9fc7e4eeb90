package study

// Estimation says how a census sample is estimated, and what of it beside the cells that are compared.
type Estimation struct {
	LonelyPSU string `json:"lonely_psu,omitempty" jsonschema:"enum=fail,enum=adjust,enum=average,enum=remove,enum=certainty" jsonschema_description:"What is done about a stratum with a single sampled PSU of several. fail: no error where it counts; adjust: its deviation from the mean of all PSUs; average: the mean variance of the other strata; remove, certainty: none. Default: fail."`
}
