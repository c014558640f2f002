-- How many connections the role may have; -1: as many as there are. No such role: an error.
select rolconnlimit from pg_roles where rolname = :'role'
\gset
select :'rolconnlimit';
