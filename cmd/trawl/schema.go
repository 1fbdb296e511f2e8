package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-5a061891/trawl/sink"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of a line of the dataset",
		Long:  "Schema prints the JSON Schema (draft 2020-12) of one line of the dataset. Each key is described in it.",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if _, err := cmd.OutOrStdout().Write(sink.Schema()); err != nil {
				return fmt.Errorf("cannot write standard output: %w", err)
			}
			return nil
		},
	}
}
