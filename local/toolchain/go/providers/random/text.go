package main

import (
	"crypto/rand"
	"fmt"
	"math/big"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

const (
	lowerCase    = "abcdefghijklmnopqrstuvwxyz"
	upperCase    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits       = "0123456789"
	punctuation  = "!@#$%&*()-_=+[]{}<>:?"
	charsetLimit = "at least one of lower, upper, numeric and special must be true"
)

// textArgs are the inputs that RandomPassword and RandomString share. Each change replaces the resource.
type textArgs struct {
	Keepers         map[string]string `pulumi:"keepers,optional"`
	Length          int               `pulumi:"length"`
	Lower           *bool             `pulumi:"lower,optional"`
	Upper           *bool             `pulumi:"upper,optional"`
	Number          *bool             `pulumi:"number,optional"`
	Numeric         *bool             `pulumi:"numeric,optional"`
	Special         *bool             `pulumi:"special,optional"`
	MinLower        *int              `pulumi:"minLower,optional"`
	MinUpper        *int              `pulumi:"minUpper,optional"`
	MinNumeric      *int              `pulumi:"minNumeric,optional"`
	MinSpecial      *int              `pulumi:"minSpecial,optional"`
	OverrideSpecial *string           `pulumi:"overrideSpecial,optional"`
}

// class is one kind of character, with how many of it there must be.
type class struct {
	characters string
	least      int
}

func orDefault[T any](value *T, fallback T) T {
	if value == nil {
		return fallback
	}
	return *value
}

// withDefaults fills in what the official provider reports for inputs left out.
func (args textArgs) withDefaults() textArgs {
	numeric := orDefault(args.Numeric, orDefault(args.Number, true))
	args.Number, args.Numeric = &numeric, &numeric
	for _, flag := range []**bool{&args.Lower, &args.Upper, &args.Special} {
		value := orDefault(*flag, true)
		*flag = &value
	}
	for _, least := range []**int{&args.MinLower, &args.MinUpper, &args.MinNumeric, &args.MinSpecial} {
		value := orDefault(*least, 0)
		*least = &value
	}
	return args
}

func (args textArgs) classes() []class {
	var classes []class
	add := func(wanted *bool, characters string, least *int) {
		if *wanted {
			classes = append(classes, class{characters, *least})
		}
	}
	filled := args.withDefaults()
	add(filled.Lower, lowerCase, filled.MinLower)
	add(filled.Upper, upperCase, filled.MinUpper)
	add(filled.Numeric, digits, filled.MinNumeric)
	add(filled.Special, orDefault(args.OverrideSpecial, punctuation), filled.MinSpecial)
	return classes
}

// problems says what makes a text impossible, by property.
func (args textArgs) problems() []provider.CheckFailure {
	var problems []provider.CheckFailure
	classes := args.classes()
	if len(classes) == 0 {
		problems = append(problems, provider.CheckFailure{Property: "lower", Reason: charsetLimit})
	}
	least := 0
	for _, class := range classes {
		least += class.least
	}
	if args.Length < max(1, least) {
		problems = append(problems, provider.CheckFailure{
			Property: "length",
			Reason:   fmt.Sprintf("length is %d; it must be at least %d (1, or the sum of the min* properties)", args.Length, max(1, least)),
		})
	}
	return problems
}

// generate draws a text from the operating system's random source.
func (args textArgs) generate() (string, error) {
	all, text := "", []byte{}
	for _, class := range args.classes() {
		all += class.characters
		drawn, err := draw(class.characters, class.least)
		if err != nil {
			return "", err
		}
		text = append(text, drawn...)
	}
	rest, err := draw(all, args.Length-len(text))
	if err != nil {
		return "", err
	}
	text = append(text, rest...)
	for last := len(text) - 1; last > 0; last-- {
		other, err := below(last + 1)
		if err != nil {
			return "", err
		}
		text[last], text[other] = text[other], text[last]
	}
	return string(text), nil
}

func below(limit int) (int, error) {
	number, err := rand.Int(rand.Reader, big.NewInt(int64(limit)))
	if err != nil {
		return 0, err
	}
	return int(number.Int64()), nil
}

func draw(characters string, count int) ([]byte, error) {
	drawn := make([]byte, max(0, count))
	for index := range drawn {
		position, err := below(len(characters))
		if err != nil {
			return nil, err
		}
		drawn[index] = characters[position]
	}
	return drawn, nil
}

func checked(args textArgs, failures []provider.CheckFailure, err error) (infer.CheckResponse[textArgs], error) {
	if err == nil && len(failures) == 0 {
		failures = args.problems()
	}
	return infer.CheckResponse[textArgs]{Inputs: args, Failures: failures}, err
}
