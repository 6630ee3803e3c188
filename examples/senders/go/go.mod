module example.com/send

go 1.19
