package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"babymonitor/web/access"
)

// userCommand keeps the people who may get in, in the data directory, whether
// or not the monitor runs.
func userCommand(args []string, in io.Reader, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("it is `babymonitor user add|list|remove`: %w", errUsage)
	}
	f := newFlags("user", out)
	data := f.String("data", "", "")
	role := f.String("role", "", "")
	names, err := parseMixed(f, args[1:])
	if err != nil {
		return err
	}
	dir := dataOr(*data)
	people, err := access.OpenPeople(dir)
	if err != nil {
		return err
	}
	switch verb := args[0]; {
	case verb == "list" && len(names) == 0:
		return listUsers(people, out)
	case verb == "add" && len(names) == 1:
		if *role != string(access.Parent) && *role != string(access.Viewer) {
			return fmt.Errorf("say --role parent or --role viewer: %w", errUsage)
		}
		password, err := bufio.NewReader(in).ReadString('\n')
		if err != nil && (err != io.EOF || password == "") {
			return fmt.Errorf("write the password as the first line of standard input: %w", errUsage)
		}
		user := access.User{Name: names[0], Role: access.Role(*role)}
		// Somebody who is there already gets this password and role: it is the
		// way back in for a parent who has forgotten theirs.
		err = people.Set(context.Background(), user, strings.TrimRight(password, "\r\n"))
		return errors.Join(err, giveAway(dir))
	case verb == "remove" && len(names) == 1:
		return errors.Join(people.Remove(names[0]), giveAway(dir))
	default:
		return fmt.Errorf("it is `babymonitor user add NAME --role parent|viewer`, `user list` or `user remove NAME`: %w", errUsage)
	}
}

// dataOr returns the data directory that is meant: the one named, or the
// device's, or the simulation's where that is here and the device's is not.
func dataOr(named string) string {
	if named != "" {
		return named
	}
	if _, err := os.Stat(defaultData); err != nil {
		if _, err := os.Stat(simData); err == nil {
			return simData
		}
	}
	return defaultData
}

func listUsers(people *access.People, out io.Writer) error {
	users, err := people.List()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, u := range users {
		fmt.Fprintf(table, "%s\t%s\n", u.Name, u.Role)
	}
	return table.Flush()
}

// parseMixed parses flags that may stand between the other arguments, which it
// returns.
func parseMixed(f *flag.FlagSet, args []string) (others []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return others, nil
		}
		others = append(others, f.Arg(0))
		args = f.Args()[1:]
	}
}
