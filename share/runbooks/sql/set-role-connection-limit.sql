-- Sets how many connections the role may have and says it. :limit is a whole number by its type in the runbook.
alter role :"role" connection limit :limit;
select rolconnlimit from pg_roles where rolname = :'role';
