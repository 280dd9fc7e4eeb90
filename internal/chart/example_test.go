package chart_test

import (
	"fmt"
	"os"

	"github.com/concord-stat/concord/internal/chart"
)

// A pyramid of one area of a comparison, as a file for a report.
func ExamplePyramidOf() {
	pyramid, err := chart.PyramidOf(commune("Xã Ngọc Lũng"), "00001", "permanent", "vi")
	if err != nil {
		fmt.Println(err)
		return
	}
	file, err := os.CreateTemp("", "pyramid*.svg")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.Remove(file.Name())
	defer file.Close()
	if err := pyramid.Write(file, chart.SVG); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(pyramid.Title)
	fmt.Println(pyramid.Subtitle)
	// Output:
	// Xã Ngọc Lũng
	// Dân số: thường trú
	// Không rõ tuổi hoặc giới tính: cơ sở dữ liệu dân cư 7, điều tra dân số 0 người
}
