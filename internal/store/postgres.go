package store

import (
	"context"
	"errors"
)

type Postgres struct{}

func openPostgres(ctx context.Context, at Location) (*Source, error) { return nil, errors.New("TODO") }
