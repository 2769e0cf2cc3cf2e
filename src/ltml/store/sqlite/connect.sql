-- What opening a file reads.

-- secret --
select value from meta where name = 'secret'
