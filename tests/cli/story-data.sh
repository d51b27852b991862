# The five records of the story; every person is made up.
fill household <<'E'
text "Nguyễn Văn Tư"
goto hamlet
text "Thôn 1"
goto member_count
text 3
goto poverty
text none
goto housing
text solid
key F2
E
household=$id

fill person <<E
text "Nguyễn Thị Đào"
key Enter
text 1940
goto sex
text nu
goto hamlet
text "Thôn 1"
goto household
text $household
goto relation
text parent
key F2
E
person=$id

fill elderly_application <<E
goto person
text $person
goto has_regimes
text k
goto poverty
text none
goto disabled
text k
goto marital
text dead
goto duty_bearers
key Ins
text "Nguyễn Văn Tư"
goto has_proxy
text k
key F2
E
elderly=$id

fill disability_application <<E
goto person
text $person
goto has_regimes
text k
goto poverty
text none
goto disability_kinds
text van_dong
goto disability_level
text nang
goto self_care
text helped
key F2
E

fill disability_determination <<E
goto request
text xac_dinh
goto person
text $person
goto has_representative
text k
key F2
E
