"""部门审批: what happens inside one step at one organisation."""
